// A file of its own: the page's policy runs no script that stands in the page. Without deep links, which would stand
// within buttons, where no screen reader finds them.
const here = document.getElementById("swagger-ui");
SwaggerUIBundle({
  url: here.dataset.openapi,
  domNode: here,
  deepLinking: false,
  validatorUrl: null,
  onComplete: () => document.getElementById("servers")?.setAttribute("aria-label", "Server"),
});

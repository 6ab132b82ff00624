// A file of its own: the page's policy runs no script that stands in the page.
const here = document.getElementById("swagger-ui");
SwaggerUIBundle({ url: here.dataset.openapi, domNode: here, deepLinking: true, validatorUrl: null });

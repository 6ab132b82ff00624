import typer
app = typer.Typer()
@app.command()
def demo() -> None: print("x")
@app.command()
def serve() -> None: print("y")

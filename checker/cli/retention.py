import click


@click.command()
def retention() -> None:
    """x"""

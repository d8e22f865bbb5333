"""Records a Django site's page views in Daybook, and shows them inside the site."""

__version__ = "0.1.0"

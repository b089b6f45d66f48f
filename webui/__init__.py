"""The office's pages."""

from webui.app import create_app

__all__ = ["create_app"]

"""The panel in the browser: the device's front, its pages and the world around it, over HTTP."""

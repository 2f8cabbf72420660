"""A Label Studio of one's own: its environment, starting and stopping it on this machine, its login.

    environment, processes → starting → server: up, down and the login of a project's server

All projects of a user share the environment; data, login and log are the project's, in `.workbench/label-studio`.
"""

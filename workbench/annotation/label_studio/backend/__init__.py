"""An extractor as a machine learning backend of Label Studio: its suggestions, when somebody asks for them there.

reading makes documents of tasks → answers what an extractor finds in one, as far as the project offers it → worker is
the process of its own that does both, and process its keeper → app speaks HTTP → running holds the address.
"""

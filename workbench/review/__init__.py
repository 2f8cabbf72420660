"""Review: how far annotators agree, what is not done alike, one annotation out of several, and gold releases.

`agreement` → `adjudication` → `gold`; `consistency` looks at any of them.
"""

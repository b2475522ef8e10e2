"""What other systems read: one file a format, each a pure function of a `BatchReport`.

The harness's own and those of plugins come through one hook, `cgp_report_formats`.
"""

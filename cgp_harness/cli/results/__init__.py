"""Commands on what `cgp grade` has written: `cgp diff`, `cgp name`, `cgp replay`."""

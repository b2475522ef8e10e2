"""Worker processes: started or forked, what they print, and how they end."""

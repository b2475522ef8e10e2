"""What a course's host exports: Canvas, Gradescope."""

"""What a submission may not do, refused in words before the kernel is asked."""

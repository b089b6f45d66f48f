"""The school file: the school's rules as it wrote them, and how it may come by them."""

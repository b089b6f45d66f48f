"""What happens at the cubbies: which one a deposit gets, whether it may be used, and how an opening
goes on. Pure."""

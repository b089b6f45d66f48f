"""Why a tap is granted or refused, what would change it, what other rules would have done. Pure."""

"""Messages on paper: the page (`typeset`, `page`), what stands on it (`letter`), and the address in the window (`address`)."""

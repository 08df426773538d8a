"""Are the tests good enough? Each check of model, sentences and contracts is broken in turn; something must notice."""

"""Pure rules of contact: languages, what a text may tell, retries, what a call outcome may say."""

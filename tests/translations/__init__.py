"""The product's words in Russian and Greek: gathered from the code, checked, compiled (docs/guides/languages.md)."""

"""The ideal customer profile in the hands of marketing: shown in words, drafted from won deals."""

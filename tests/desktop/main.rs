//! The real window, driven by key.

//! Engines that check what they are sent with code that was not written here.

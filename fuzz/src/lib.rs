//! What the fuzz targets try. Each is a function of bytes, in a file of its own: the suite of tests draws bytes for it too, on
//! a stable compiler.

pub mod cursor;

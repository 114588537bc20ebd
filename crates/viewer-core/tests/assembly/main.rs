//! Heads of series worked by hand, and the volumes that they are.

mod any;
mod heads;
mod reduction;
mod several;
mod stacks;

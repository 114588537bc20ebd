mod sample;
mod store;
mod walk;

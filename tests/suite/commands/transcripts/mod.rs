//! What people see of each noun's script, command for command.

mod projects;
mod queue;
mod tasks;
mod texts;

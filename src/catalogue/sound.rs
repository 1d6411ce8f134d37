//! Owns the look at values that are not read but passed on as they are written: whether every
//! program can read them, and reads the same.

use super::node::{Node, Reader};
use super::shapes::Checked;
use crate::diag::Code;

impl<'text> Reader<'text> {
    /// Whether the value is JSON that every program can read, and reads as the others do.
    pub(crate) fn is_sound(&mut self, node: &Node<'text>) -> bool {
        if node.is_known() {
            return true;
        }
        let faults_before = self.fault_count();
        if self.json::<Checked>(node).is_some() {
            self.look_for_repeated_keys(node);
        } else {
            self.look_for_others(node);
        }
        self.fault_count() == faults_before
    }

    /// Puts the faults of the values inside a value in the place of its own, which is the first of
    /// them, if that is in one of them.
    fn look_for_others(&mut self, node: &Node<'text>) {
        let Some(fault) = self.faults.pop_if(|fault| fault.code != Code::TooDeep) else { return };
        let told = self.faults.len();
        let inside = self.inside(node);
        if inside.is_empty() {
            self.faults.truncate(told);
        }
        if inside.iter().fold(true, |is_sound, value| self.is_sound(value) & is_sound) {
            self.faults.push(fault);
        }
    }

    /// Looks at the keys of all objects in a value, which is known to be no deeper than it may be.
    fn look_for_repeated_keys(&mut self, node: &Node<'text>) {
        for value in self.inside(node) {
            self.look_for_repeated_keys(&value);
        }
    }

    /// Looks through a value of which parts have been read: whatever has a fault, at one of the
    /// offsets, has had its say, and the values inside it may have others.
    pub(crate) fn look_through(&mut self, node: &Node<'text>, faults: &[usize]) {
        let start = self.source.part(node.raw).offset;
        let first = faults.partition_point(|offset| *offset < start);
        let end = faults.partition_point(|offset| *offset < start + node.raw.len());
        let Some(within @ [_, ..]) = faults.get(first..end) else {
            self.is_sound(node);
            return;
        };
        let told = self.faults.len();
        let inside = self.inside(node);
        self.faults.truncate(told);
        for value in inside {
            self.look_through(&value, within);
        }
    }
}

//! Tag trees (T.800, B.10.2): a minimum over each four nodes below, told bit by bit.

use codec::Result;

use crate::reader::Bits;

#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Node {
    /// The value is at least this.
    least: u16,
    /// The value is this.
    is_known: bool,
}

/// A tree whose nodes lie in a list that many trees share.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TagTree {
    first: usize,
    width: usize,
    height: usize,
}

impl TagTree {
    pub(crate) fn new(width: usize, height: usize, nodes: &mut Vec<Node>) -> Self {
        let first = nodes.len();
        let (mut across, mut down) = (width, height);
        let mut count = across * down;
        while across * down > 1 {
            (across, down) = (across.div_ceil(2), down.div_ceil(2));
            count += across * down;
        }
        nodes.resize(first + count, Node::default());
        Self { first, width, height }
    }

    /// The value of the leaf, if it is below `limit`.
    pub(crate) fn read(
        &self,
        nodes: &mut [Node],
        leaf: usize,
        limit: u16,
        bits: &mut Bits<'_, '_>,
    ) -> Result<Option<u16>> {
        // the path from the leaf to the root
        let mut path = [0_usize; 32];
        let mut depth = 0;
        let (mut across, mut down, mut start) = (self.width, self.height, self.first);
        let (mut x, mut y) = (leaf % self.width, leaf / self.width);
        loop {
            path[depth] = start + y * across + x;
            depth += 1;
            if across * down <= 1 {
                break;
            }
            start += across * down;
            (x, y) = (x / 2, y / 2);
            (across, down) = (across.div_ceil(2), down.div_ceil(2));
        }
        let mut least = 0;
        let mut is_known = false;
        for at in path[..depth].iter().rev() {
            let node = &mut nodes[*at];
            node.least = node.least.max(least);
            while !node.is_known && node.least < limit {
                if bits.bit()? {
                    node.is_known = true;
                } else {
                    node.least += 1;
                }
            }
            (least, is_known) = (node.least, node.is_known);
        }
        Ok((is_known && least < limit).then_some(least))
    }
}

//! Pairs in, groups out: average linkage (Sokal & Michener 1958).

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use super::likeness::Pair;

/// When two groups are one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rule {
    /// Mean likeness over all pairs between them.
    pub likeness: f64,
    /// The same where one of them has no date to go by.
    pub without_date: f64,
    /// Days from the first article of a group to its last, at most.
    pub window: i32,
}

/// Joins the two likeliest groups again and again while the rule allows it. Gives every article the
/// smallest index in its group.
///
/// Articles that are not among `pairs` count as having nothing in common. That mean, and the window that
/// holds for a whole group, keep a long story from being chained day by day into one event, as linking
/// articles one by one would (single linkage).
pub(super) fn average_linkage(days: &[Option<i32>], pairs: &[Pair], rule: Rule) -> Vec<usize> {
    let mut groups: Vec<Option<Group>> = days.iter().map(|&day| Some(Group::of(day))).collect();
    for pair in pairs {
        for (from, to) in [(pair.a, pair.b), (pair.b, pair.a)] {
            if let Some(group) = &mut groups[from] {
                group.alike.insert(to, pair.likeness);
            }
        }
    }
    let mut merged_into: Vec<usize> = (0..days.len()).collect();
    let mut queue: BinaryHeap<Offer> =
        pairs.iter().filter_map(|p| offer(&groups, p.a, p.b, rule)).collect();
    while let Some(best) = queue.pop() {
        let Reverse((a, b)) = best.groups;
        // A group that has grown since has made new offers.
        if offer(&groups, a, b, rule) != Some(best) {
            continue;
        }
        let (Some(gone), Some(stays)) = (groups[b].take(), &mut groups[a]) else { continue };
        merged_into[b] = a;
        stays.size += gone.size;
        stays.first = earlier(stays.first, gone.first);
        stays.last = stays.last.max(gone.last);
        stays.alike.remove(&b);
        for (&other, sum) in gone.alike.iter().filter(|(other, _)| **other != a) {
            *stays.alike.entry(other).or_default() += sum;
        }
        let others: Vec<(usize, f64)> = stays.alike.iter().map(|(&o, &sum)| (o, sum)).collect();
        for (other, sum) in others {
            if let Some(group) = &mut groups[other] {
                group.alike.remove(&b);
                group.alike.insert(a, sum);
            }
            queue.extend(offer(&groups, a.min(other), a.max(other), rule));
        }
    }
    // Into a smaller index every time, which is settled already.
    for article in 0..merged_into.len() {
        merged_into[article] = merged_into[merged_into[article]];
    }
    merged_into
}

#[derive(Debug)]
struct Group {
    size: usize,
    first: Option<i32>,
    last: Option<i32>,
    /// By group, the sum of likeness over all pairs.
    alike: BTreeMap<usize, f64>,
}

impl Group {
    fn of(day: Option<i32>) -> Group {
        Group { size: 1, first: day, last: day, alike: BTreeMap::new() }
    }
}

fn earlier(a: Option<i32>, b: Option<i32>) -> Option<i32> {
    a.into_iter().chain(b).min()
}

/// Two groups that may become one; the likeliest is the greatest, and of equals the one with the
/// earlier articles.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Offer {
    likeness: f64,
    groups: Reverse<(usize, usize)>,
    /// Tells an offer of groups that have grown since.
    size: usize,
}

impl Eq for Offer {}

impl Ord for Offer {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let likeness = self.likeness.total_cmp(&other.likeness);
        likeness.then(self.groups.cmp(&other.groups)).then(self.size.cmp(&other.size))
    }
}

impl PartialOrd for Offer {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// `None` where the rule forbids it, or one of the two is gone.
fn offer(groups: &[Option<Group>], a: usize, b: usize, rule: Rule) -> Option<Offer> {
    let (x, y) = (groups[a].as_ref()?, groups[b].as_ref()?);
    let likeness = x.alike.get(&b)? / (x.size * y.size) as f64;
    let needed = match (x.first, y.first) {
        (Some(_), Some(_)) => rule.likeness,
        _ => rule.without_date,
    };
    let days = match (earlier(x.first, y.first), x.last.max(y.last)) {
        (Some(first), Some(last)) => last - first,
        _ => 0,
    };
    let size = x.size + y.size;
    (likeness >= needed && days <= rule.window).then_some(Offer {
        likeness,
        groups: Reverse((a, b)),
        size,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: Rule = Rule { likeness: 0.3, without_date: 0.6, window: 3 };

    fn groups(days: &[Option<i32>], pairs: &[(usize, usize, f64)]) -> Vec<usize> {
        let pairs: Vec<Pair> =
            pairs.iter().map(|&(a, b, likeness)| Pair { a, b, likeness }).collect();
        average_linkage(days, &pairs, RULE)
    }

    #[test]
    fn a_chain_of_likenesses_is_not_one_group() {
        // 0-1-2-3, each like the next and like no other.
        let chain = [(0, 1, 0.5), (1, 2, 0.45), (2, 3, 0.5)];
        assert_eq!(groups(&[Some(0); 4], &chain), [0, 0, 2, 2]);
        // The same with the ends alike: (0.45 + 3 x 0.3) / 4 reaches the threshold.
        let all = [chain.to_vec(), vec![(0, 2, 0.3), (0, 3, 0.3), (1, 3, 0.3)]].concat();
        assert_eq!(groups(&[Some(0); 4], &all), [0; 4]);
    }

    #[test]
    fn a_group_keeps_within_the_window() {
        let pairs = [(0, 1, 0.9), (1, 2, 0.8), (0, 2, 0.7)];
        assert_eq!(groups(&[Some(0), Some(2), Some(3)], &pairs), [0; 3]);
        assert_eq!(groups(&[Some(0), Some(2), Some(4)], &pairs), [0, 0, 2]);
    }

    #[test]
    fn without_a_date_more_likeness_is_needed() {
        assert_eq!(groups(&[Some(0), None], &[(0, 1, 0.5)]), [0, 1]);
        assert_eq!(groups(&[Some(0), None], &[(0, 1, 0.7)]), [0, 0]);
        assert_eq!(groups(&[None, None], &[(0, 1, 0.5)]), [0, 1]);
    }
}

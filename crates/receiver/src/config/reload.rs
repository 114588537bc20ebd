//! What may change while a receiver runs: who may send and what is negotiated. Everything else needs a restart.

use super::Config;

impl Config {
    /// This configuration with what may change taken from another; and whether the other differs in more than that.
    pub(crate) fn reloaded(&self, new: &Self) -> (Self, bool) {
        let merged = Self {
            called_ae_titles: new.called_ae_titles.clone(),
            calling_ae_titles: new.calling_ae_titles.clone(),
            peers: new.peers.clone(),
            accept_unknown_sop_classes: new.accept_unknown_sop_classes,
            transfer_syntaxes: new.transfer_syntaxes,
            accept_unknown_transfer_syntaxes: new.accept_unknown_transfer_syntaxes,
            max_pdu: new.max_pdu,
            artim_s: new.artim_s,
            idle_s: new.idle_s,
            progress_s: new.progress_s,
            ..self.clone()
        };
        // Secrets are not shown in either, so a new token alone is not noticed.
        let more = format!("{merged:?}") != format!("{new:?}");
        (merged, more)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_change_and_the_storage_does_not() {
        let old = Config::default();
        let titles = Config {
            calling_ae_titles: vec!["CT01".to_owned()],
            ..Config::default()
        };
        let (merged, more) = old.reloaded(&titles);
        assert_eq!(
            (merged.calling_ae_titles, more),
            (titles.calling_ae_titles, false)
        );
        let moved = Config {
            storage: std::path::PathBuf::from("/elsewhere").into(),
            ..Config::default()
        };
        let (merged, more) = old.reloaded(&moved);
        assert_eq!((merged.storage, more), (old.storage, true));
    }
}

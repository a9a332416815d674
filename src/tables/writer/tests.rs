use super::*;
use crate::actors::{Form, Reason};
use crate::ingest::RejectReason;
use crate::model::{EntityKind, Stance};
use crate::tables::RunReader;
use crate::tables::rows::{ActorRow, ArticleRow, MentionRow, RejectRow, SentenceRow, SpanRow};
use crate::text::Part;
use crate::voice::Voice;

fn article(i: u32) -> ArticleRow {
    ArticleRow {
        article_id: format!("a{i}"),
        outlet: "The Harbour Post".into(),
        title: i.is_multiple_of(2).then(|| format!("Title {i} – naïve 🙂")),
        date: None,
        author: None,
        url: None,
        agency: None,
        source: "set/articles.jsonl:1".into(),
        body: "A body.\n".repeat(10),
        n_sentences: i,
        n_words: 20,
        n_words_quoted: 0,
        n_own: i,
        n_loaded_own: 0,
        n_loaded: 0,
    }
}

fn sentence(loaded_own: Option<bool>) -> SentenceRow {
    SentenceRow {
        article_id: "a0".into(),
        sentence: 0,
        part: Part::Title,
        start: 0,
        end: 4,
        paragraph: 0,
        heading: true,
        text: "Text".into(),
        n_words: 1,
        n_words_quoted: 0,
        voice: Voice::Mixed,
        speaker_id: None,
        speaker: Some("Orla Venn".into()),
        p_loaded: 0.25,
        loaded: false,
        loaded_own,
        scare: Vec::new(),
    }
}

fn mention() -> MentionRow {
    MentionRow {
        article_id: "a0".into(),
        sentence: 0,
        part: Part::Body,
        start: 3,
        end: 7,
        text: "Venn".into(),
        kind: EntityKind::Norp,
        p: 0.9,
        actor_id: "venn".into(),
        voice: Voice::Indirect,
        speaker_id: None,
        form: Form::Name,
        reason: Reason::Name,
        is_place: false,
        is_source: true,
        p_against: 0.1,
        p_neutral: 0.2,
        p_favor: 0.7,
        stance: Stance::Favor,
        net_stance: 0.6,
    }
}

fn manifest(articles: u64) -> Manifest {
    let mut manifest = Manifest { created: "2026-11-21T09:30:00Z".into(), ..Manifest::default() };
    manifest.counts.articles = articles;
    manifest
}

/// A finished run of `n` articles.
fn run(out: &Path, n: u32, force: bool) -> Result<PathBuf, Error> {
    let mut writer = RunWriter::create(out, force)?;
    writer.append((0..n).map(article).collect())?;
    writer.finish(manifest(n.into()))
}

fn listing(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn rows_come_back_as_they_were_in_their_order() {
    let home = tempfile::tempdir().unwrap();
    let out = home.path().join("deep/run");
    let mut writer = RunWriter::create(&out, false).unwrap().with_part_bytes(4000);
    let articles: Vec<_> = (0..50).map(article).collect();
    for few in articles.chunks(7) {
        writer.append(few.to_vec()).unwrap();
    }
    let sentences = vec![sentence(Some(true)), sentence(None), sentence(Some(false))];
    writer.append(sentences.clone()).unwrap();
    writer.append(vec![mention()]).unwrap();
    let actor = ActorRow {
        actor_id: "venn".into(),
        name: "Orla Venn".into(),
        kind: EntityKind::Per,
        aliases: vec!["Venn".into(), "Ms Venn".into()],
        merges: Vec::new(),
        groups: Vec::new(),
        wikidata: None,
        n_outlets: 1,
        n_articles: 1,
        n_mentions: 1,
        n_mentions_own: 0,
        net_stance_own: None,
        net_stance_own_lo: None,
        net_stance_own_hi: None,
        net_stance_all: Some(0.6),
        net_stance_all_lo: None,
        net_stance_all_hi: None,
        n_sentences_own: 0,
        n_loaded_own: 0,
        loaded_own: None,
        loaded_own_lo: None,
        loaded_own_hi: None,
        n_speaks: 0,
    };
    writer.append(vec![actor.clone()]).unwrap();
    let reject = RejectRow {
        source: "x.html".into(),
        id: None,
        reason: RejectReason::NotEnglish,
        detail: "it is in French".into(),
    };
    writer.append(vec![reject.clone()]).unwrap();
    writer.write_file("report.html", b"<html>").unwrap();
    assert!(!out.exists(), "nothing stands in the run's place before it is finished");
    assert_eq!(writer.finish(manifest(50)).unwrap(), out);

    let reader = RunReader::open(&out).unwrap();
    assert!(reader.manifest().tables["articles"].parts.len() > 2);
    assert_eq!(reader.manifest().tables["articles"].rows, 50);
    assert_eq!(reader.read::<ArticleRow>().unwrap(), articles);
    assert_eq!(reader.read::<SentenceRow>().unwrap(), sentences);
    assert_eq!(reader.read::<MentionRow>().unwrap(), [mention()]);
    assert_eq!(reader.read::<ActorRow>().unwrap(), [actor]);
    assert_eq!(reader.read::<RejectRow>().unwrap(), [reject]);
    assert_eq!(reader.read::<SpanRow>().unwrap(), [], "a table without rows is there all the same");

    let mut expected: Vec<_> = schema::names().into_iter().map(str::to_owned).collect();
    expected.extend(["manifest.json".into(), "report.html".into()]);
    expected.sort();
    assert_eq!(listing(&out), expected, "and nothing else");
    assert_eq!(listing(&home.path().join("deep")), ["run"]);
}

#[test]
fn a_run_is_not_replaced_without_force() {
    let home = tempfile::tempdir().unwrap();
    let out = home.path().join("run");
    run(&out, 3, false).unwrap();
    let e = run(&out, 5, false).unwrap_err();
    assert!(matches!(e, Error::RunExists { .. }));
    assert!(e.to_string().contains("a run of 2026-11-21 with 3 articles"), "{e}");
    assert!(e.to_string().contains("--force"), "{e}");
    run(&out, 5, true).unwrap();
    assert_eq!(RunReader::open(&out).unwrap().read::<ArticleRow>().unwrap().len(), 5);
    assert_eq!(listing(home.path()), ["run"]);
}

#[test]
fn an_old_run_stays_until_the_new_one_is_finished() {
    let home = tempfile::tempdir().unwrap();
    let out = home.path().join("run");
    run(&out, 3, false).unwrap();
    let mut writer = RunWriter::create(&out, true).unwrap();
    writer.append((0..9).map(article).collect()).unwrap();
    assert_eq!(RunReader::open(&out).unwrap().read::<ArticleRow>().unwrap().len(), 3);
    drop(writer);
    assert_eq!(RunReader::open(&out).unwrap().read::<ArticleRow>().unwrap().len(), 3);
    assert_eq!(listing(home.path()), ["run"], "a run given up leaves nothing");
}

#[test]
fn other_peoples_files_are_never_deleted() {
    let home = tempfile::tempdir().unwrap();
    let out = home.path().join("run");
    run(&out, 3, false).unwrap();
    for foreign in ["thesis.docx", "articles/notes.txt", "articles/part-1.csv"] {
        fs::write(out.join(foreign), "mine").unwrap();
        for force in [false, true] {
            let e = run(&out, 5, force).unwrap_err();
            assert!(matches!(&e, Error::NotOnlyARun { other, .. } if other == foreign), "{e}");
        }
        fs::remove_file(out.join(foreign)).unwrap();
    }
    fs::create_dir(out.join("drafts")).unwrap();
    assert!(matches!(run(&out, 5, true), Err(Error::NotOnlyARun { .. })));
    fs::remove_dir(out.join("drafts")).unwrap();

    fs::write(out.join("manifest.json"), "{\"name\": \"my web app\"}").unwrap();
    assert!(matches!(run(&out, 5, true), Err(Error::NotOnlyARun { .. })));

    // Added while the new run was being made.
    let late = home.path().join("late");
    run(&late, 3, false).unwrap();
    let mut writer = RunWriter::create(&late, true).unwrap();
    writer.append(vec![article(1)]).unwrap();
    fs::write(late.join("thesis.docx"), "mine").unwrap();
    let e = writer.finish(manifest(1)).unwrap_err();
    assert!(matches!(e, Error::NotMoved { .. }), "{e}");
    assert!(late.join("thesis.docx").exists());
    let kept = RunReader::open(&home.path().join("late.partial")).unwrap();
    assert_eq!(kept.read::<ArticleRow>().unwrap().len(), 1, "the finished run is not lost");
}

#[test]
fn an_empty_folder_is_a_good_place_and_a_file_is_not() {
    let home = tempfile::tempdir().unwrap();
    let empty = home.path().join("empty");
    fs::create_dir(&empty).unwrap();
    run(&empty, 1, false).unwrap();
    let file = home.path().join("file");
    fs::write(&file, "").unwrap();
    assert!(matches!(run(&file, 1, true), Err(Error::NotAFolder { .. })));
    assert!(matches!(
        run(Path::new("/"), 1, true),
        Err(Error::BadPath { .. } | Error::NotOnlyARun { .. })
    ));
}

#[test]
fn two_runs_cannot_write_to_one_place() {
    let home = tempfile::tempdir().unwrap();
    let out = home.path().join("run");
    let first = RunWriter::create(&out, false).unwrap();
    assert!(matches!(RunWriter::create(&out, true), Err(Error::Busy { .. })));
    first.finish(manifest(0)).unwrap();
    run(&out, 2, true).unwrap();
}

#[test]
fn what_a_killed_run_left_is_cleared_by_the_next() {
    let home = tempfile::tempdir().unwrap();
    let out = home.path().join("run");
    let left = home.path().join("run.partial");
    fs::create_dir_all(left.join("articles")).unwrap();
    fs::write(left.join(".lock"), "").unwrap();
    fs::write(left.join("articles/part-00000.parquet"), "stale").unwrap();
    fs::write(left.join("articles/part-00007.parquet"), "stale").unwrap();
    fs::write(left.join("articles/.part-00008.parquet.tmp"), "stale").unwrap();
    assert!(matches!(RunReader::open(&left), Err(Error::Unfinished { .. })));
    run(&out, 2, false).unwrap();
    assert_eq!(listing(&out.join("articles")), ["part-00000.parquet"]);

    // A folder of that name that is somebody's own is left alone.
    fs::create_dir_all(&left).unwrap();
    fs::write(left.join("thesis.docx"), "mine").unwrap();
    assert!(matches!(run(&out, 2, true), Err(Error::NotOnlyARun { .. })));
    assert!(left.join("thesis.docx").exists());
}

#[test]
fn a_write_that_fails_is_an_error_that_names_the_file() {
    let home = tempfile::tempdir().unwrap();
    let out = home.path().join("run");
    let mut writer = RunWriter::create(&out, false).unwrap().with_part_bytes(1);
    // Something stands where the table's folder should be.
    fs::write(home.path().join("run.partial/articles"), "").unwrap();
    let e = writer.append(vec![article(1)]).unwrap_err();
    assert!(matches!(e, Error::Write { .. }), "{e}");
    assert!(e.to_string().contains("articles"), "{e}");
    drop(writer);
    assert!(listing(home.path()).is_empty());
}

#[test]
fn a_damaged_part_is_named() {
    let home = tempfile::tempdir().unwrap();
    let out = home.path().join("run");
    let mut writer = RunWriter::create(&out, false).unwrap().with_part_bytes(2000);
    writer.append((0..30).map(article).collect()).unwrap();
    writer.finish(manifest(30)).unwrap();
    let part = out.join("articles/part-00001.parquet");
    let good = fs::read(&part).unwrap();

    let mut bad = good.clone();
    bad[good.len() / 2] ^= 0x40;
    for content in [&bad[..], &good[..good.len() / 2], b""] {
        fs::write(&part, content).unwrap();
        let reader = RunReader::open(&out).unwrap();
        let rows: Vec<_> = reader.rows::<ArticleRow>().unwrap().collect();
        let (last, before) = rows.split_last().unwrap();
        assert!(!before.is_empty() && before.iter().all(Result::is_ok), "the first part is whole");
        let e = last.as_ref().unwrap_err();
        assert!(matches!(e, Error::Damaged { path, .. } if *path == part), "{e}");
    }
    fs::remove_file(&part).unwrap();
    let e = RunReader::open(&out).unwrap().read::<ArticleRow>().unwrap_err();
    assert!(matches!(&e, Error::Missing { path } if *path == part), "{e}");
    fs::remove_dir_all(out.join("articles")).unwrap();
    let e = RunReader::open(&out).unwrap().read::<ArticleRow>().unwrap_err();
    assert!(matches!(&e, Error::Missing { path } if path.ends_with("articles")), "{e}");
}

#[test]
fn what_is_no_run_is_told_from_a_broken_one() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path();
    assert!(matches!(RunReader::open(&path.join("nowhere")), Err(Error::NotARun { .. })));
    assert!(matches!(RunReader::open(path), Err(Error::NotARun { .. })));
    fs::write(path.join("manifest.json"), "{").unwrap();
    assert!(matches!(RunReader::open(path), Err(Error::Damaged { .. })));
    fs::write(path.join("manifest.json"), r#"{"format": 99, "undertone": "7.0.0"}"#).unwrap();
    let e = RunReader::open(path).unwrap_err();
    assert!(matches!(&e, Error::Newer { version, .. } if version == "7.0.0"), "{e}");
    fs::write(path.join("manifest.json"), r#"{"format": 1, "undertone": "0.0.9"}"#).unwrap();
    let e = RunReader::open(path).unwrap_err();
    assert!(matches!(&e, Error::Older { version, .. } if version == "0.0.9"), "{e}");
}

#[test]
fn ids_change_in_rows_that_are_written_and_in_those_that_wait() {
    let home = tempfile::tempdir().unwrap();
    let mut writer =
        RunWriter::create(&home.path().join("run"), false).unwrap().with_part_bytes(400);
    let rows: Vec<MentionRow> = (0..9)
        .map(|k| MentionRow { actor_id: format!("per:lind@{k}"), sentence: k, ..mention() })
        .collect();
    writer.append(rows.clone()).unwrap();
    let renamed = HashMap::from([
        ("per:lind@0".to_owned(), "per:oya-lind".to_owned()),
        ("per:lind@8".to_owned(), "per:lind".to_owned()),
    ]);
    writer.rename(&["actor_id", "speaker_id", "via_id"], &renamed).unwrap();
    writer.append(vec![mention()]).unwrap();
    let path = writer.finish(Manifest::default()).unwrap();

    // The reader checks every part's length and hash against the manifest.
    let reader = RunReader::open(&path).unwrap();
    let ids: Vec<String> =
        reader.read::<MentionRow>().unwrap().into_iter().map(|m| m.actor_id).collect();
    let mut wanted: Vec<String> = rows.into_iter().map(|m| m.actor_id).collect();
    wanted[0] = "per:oya-lind".to_owned();
    wanted[8] = "per:lind".to_owned();
    wanted.push(mention().actor_id);
    assert_eq!(ids, wanted);
}

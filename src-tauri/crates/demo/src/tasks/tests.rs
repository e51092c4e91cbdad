use std::path::PathBuf;

use tempfile::TempDir;

use super::{Counts, Resume, Tasks};
use crate::callback::{Decided, Refusal};
use crate::reader::Guess;

const CALLBACKS: &str = "http://127.0.0.1:7411/callbacks";
const TASK: &str = "digit-0412";
const GUESSES: [Guess; 2] = [Guess { label: 1, confidence: 0.41 }, Guess { label: 7, confidence: 0.4 }];

fn seven() -> Decided {
    Decided {
        webhook_id: "msg_1".into(),
        body_sha256: "aa".into(),
        verdict: "correct".into(),
        label: Some(7),
    }
}

fn paused() -> (TempDir, PathBuf, Tasks) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("demo.json");
    let tasks = Tasks::open(&file, CALLBACKS).expect("opened");
    tasks.pause([(TASK.to_owned(), GUESSES), ("digit-0413".to_owned(), GUESSES)]).expect("paused");
    (folder, file, tasks)
}

#[test]
fn a_task_goes_on_once_however_often_its_callback_comes() {
    let (_folder, _file, tasks) = paused();
    assert_eq!(tasks.resume(TASK, seven()), Ok(Resume::Now(GUESSES[0])));
    assert_eq!(tasks.resume(TASK, seven()), Ok(Resume::Before));
    assert_eq!(tasks.counts(), Counts { paused: 1, resumed: 1 });
}

#[test]
fn of_many_callbacks_at_once_one_resumes() {
    let (_folder, _file, tasks) = paused();
    let resumed = std::thread::scope(|scope| {
        let callers: Vec<_> = (0..8).map(|_| scope.spawn(|| tasks.resume(TASK, seven()))).collect();
        let heard = callers.into_iter().map(|caller| caller.join().expect("no panic"));
        heard.filter(|heard| matches!(heard, Ok(Resume::Now(_)))).count()
    });
    assert_eq!(resumed, 1);
}

#[test]
fn a_second_answer_to_a_task_that_went_on_is_refused() {
    let (_folder, _file, tasks) = paused();
    tasks.resume(TASK, seven()).expect("resumed");
    let another_id = Decided { webhook_id: "msg_2".into(), ..seven() };
    let another_body = Decided { body_sha256: "bb".into(), ..seven() };
    let another_label = Decided { label: Some(1), ..seven() };
    for other in [another_id, another_body, another_label] {
        assert_eq!(tasks.resume(TASK, other), Err(Refusal::GoneOn));
    }
    assert_eq!(tasks.labels()[0].label, 7, "the first answer stands");
}

#[test]
fn a_task_that_was_never_paused_does_not_go_on() {
    let (_folder, _file, tasks) = paused();
    assert_eq!(tasks.resume("digit-0001", seven()), Err(Refusal::NoSuchTask));
}

#[test]
fn a_restart_knows_what_is_paused_and_what_went_on() {
    let (_folder, file, tasks) = paused();
    tasks.resume(TASK, seven()).expect("resumed");
    drop(tasks);
    let tasks = Tasks::open(&file, CALLBACKS).expect("opened again");
    assert_eq!(tasks.paused(), [("digit-0413".to_owned(), GUESSES)]);
    let labels: Vec<_> = tasks.labels().iter().map(|said| (said.digit.task(), said.label)).collect();
    assert_eq!(labels, [(TASK.to_owned(), 7)]);
    assert_eq!(tasks.resume(TASK, seven()), Ok(Resume::Before), "it still goes on only once");
}

#[test]
fn pausing_again_changes_nothing() {
    let (_folder, _file, tasks) = paused();
    tasks.resume(TASK, seven()).expect("resumed");
    tasks.pause([(TASK.to_owned(), [GUESSES[1], GUESSES[0]])]).expect("paused");
    assert_eq!(tasks.counts(), Counts { paused: 1, resumed: 1 });
}

#[test]
fn an_answer_that_cannot_be_written_down_does_not_resume_and_may_come_again() {
    let (folder, _file, tasks) = paused();
    let away = folder.path().with_extension("away");
    std::fs::rename(folder.path(), &away).expect("moved");
    assert!(matches!(tasks.resume(TASK, seven()), Err(Refusal::NotKept(_))));
    assert_eq!(tasks.counts(), Counts { paused: 2, resumed: 0 });
    std::fs::rename(&away, folder.path()).expect("moved back");
    assert_eq!(tasks.resume(TASK, seven()), Ok(Resume::Now(GUESSES[0])));
}

#[test]
fn paused_tasks_cannot_be_heard_at_another_address() {
    let (_folder, file, tasks) = paused();
    drop(tasks);
    let refused = Tasks::open(&file, "http://127.0.0.1:9/callbacks").err().expect("refused").to_string();
    assert!(refused.contains(CALLBACKS) && refused.contains("2 tasks"), "it says where to listen: {refused}");
}

#[test]
fn a_file_that_is_not_its_own_is_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    for text in ["{}", "no JSON", r#"{"v":2,"callbacks":"","tasks":{}}"#] {
        let file = folder.path().join("demo.json");
        std::fs::write(&file, text).expect("written");
        let refused = Tasks::open(&file, CALLBACKS).err().expect("refused").to_string();
        assert!(refused.contains("demo.json"), "it names the file: {refused}");
        assert_eq!(std::fs::read_to_string(&file).expect("read"), text);
    }
}

#[cfg(unix)]
#[test]
fn only_the_owner_reads_the_file() {
    use std::os::unix::fs::PermissionsExt as _;
    let (_folder, file, _tasks) = paused();
    let mode = std::fs::metadata(file).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

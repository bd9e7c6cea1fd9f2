//! Checkouts of git, and worktrees linked to them.

use super::*;

#[test]
fn a_linked_worktree_counts_as_its_main_checkout() {
    let place = Place::new();
    let main = place.repository("main");
    let database = place.file("main/.backlog/backlog.db");
    place.file("main/src/deep/x");
    commit(&main); // The database too, so that the worktree gets a copy.
    git(&main, &["worktree", "add", "-q", "../linked"]);
    assert!(place.root.join("linked/.backlog/backlog.db").exists());

    let deep = place.root.join("linked/src/deep");
    assert_eq!(found_from(&deep), database);
    assert_eq!(found_from(&place.root.join("linked")), database);
    let belongs = Some(main.join(".backlog"));
    assert_eq!(git_workspace_dir(&deep), belongs);
    assert_eq!(git_workspace_dir(&main.join("src")), belongs);

    // A worktree inside of the checkout, as agents make them.
    git(&main, &["worktree", "add", "-q", ".agents/worktrees/one"]);
    let inner = main.join(".agents/worktrees/one/src");
    assert_eq!(found_from(&inner), database);
    assert_eq!(git_workspace_dir(&inner), belongs);
}

#[test]
fn the_nearest_is_looked_for_from_the_same_place_in_the_main_checkout() {
    let place = Place::new();
    let main = place.repository("main");
    place.file("main/backlog.db");
    let nearer = place.file("main/services/api/.backlog/backlog.db");
    git(&main, &["worktree", "add", "-q", "../linked"]);
    // The directory need not exist on both sides.
    assert_eq!(found_from(&place.dir("linked/services/api/new")), nearer);
}

#[test]
fn a_worktree_whose_main_checkout_has_no_workspace_may_have_its_own() {
    let place = Place::new();
    let main = place.repository("main");
    git(&main, &["worktree", "add", "-q", "../linked"]);
    let own = place.file("linked/.backlog/backlog.db");
    assert_eq!(found_from(&place.root.join("linked")), own);
}

#[test]
fn worktrees_with_relative_paths_are_understood() {
    let place = Place::new();
    let main = place.repository("main");
    let database = place.file("main/.backlog/backlog.db");
    git(&main, &["worktree", "add", "-q", "../linked"]);
    let linked = place.root.join("linked");
    // As `git worktree add --relative-paths` of newer versions writes it.
    fs::write(
        linked.join(".git"),
        "gitdir: ../main/.git/worktrees/linked\n",
    )
    .unwrap();
    git(&linked, &["status"]);
    assert_eq!(found_from(&linked), database);
    assert_eq!(git_workspace_dir(&linked), Some(main.join(".backlog")));
}

// macOS refuses names that are no UTF-8.
#[cfg(target_os = "linux")]
#[test]
fn names_with_blanks_newlines_and_no_utf8_are_paths_like_others() {
    use std::os::unix::ffi::OsStrExt as _;
    let place = Place::new();
    let odd = std::ffi::OsStr::from_bytes(b"m \xff\n-- ");
    let main = place.root.join(odd);
    fs::create_dir(&main).unwrap();
    git(&main, &["init", "-q"]);
    commit(&main);
    git(&main, &["worktree", "add", "-q", "../linked"]);
    let linked = place.root.join("linked");
    assert_eq!(git_workspace_dir(&linked), Some(main.join(".backlog")));
}

#[test]
fn a_submodule_is_a_checkout_of_its_own() {
    let place = Place::new();
    place.repository("library");
    let main = place.repository("main");
    git(&main, &["submodule", "--quiet", "add", "../library", "lib"]);
    let lib = main.join("lib");
    assert!(lib.join(".git").is_file());
    assert_eq!(git_workspace_dir(&lib), Some(lib.join(".backlog")));
    let above = place.file("main/.backlog/backlog.db");
    assert_eq!(
        found_from(&lib),
        above,
        "and what is above it is near enough"
    );
}

#[test]
fn worktrees_of_a_bare_repository_share_the_directory_above_if_they_can() {
    let place = Place::new();
    let source = place.repository("source");
    git(&source, &["clone", "-q", "--bare", ".", "../app/.bare"]);
    let bare = place.root.join("app/.bare");
    git(&bare, &["worktree", "add", "-q", "../one"]);
    git(&bare, &["worktree", "add", "-q", "../../far"]);
    let (one, far) = (place.root.join("app/one"), place.root.join("far"));
    assert_eq!(
        git_workspace_dir(&one),
        Some(place.root.join("app/.backlog"))
    );
    assert_eq!(git_workspace_dir(&far), Some(far.join(".backlog")));
    let shared = place.file("app/.backlog/backlog.db");
    assert_eq!(found_from(&one), shared);
}

#[test]
fn outside_of_git_no_directory_is_proposed() {
    let place = Place::new();
    assert_eq!(git_workspace_dir(&place.root), None);
    place.dir("sandbox/.git");
    assert_eq!(git_workspace_dir(&place.root.join("sandbox")), None);
}

#[test]
fn a_worktree_cut_off_from_its_repository_stands_for_itself() {
    let place = Place::new();
    let main = place.repository("main");
    git(&main, &["worktree", "add", "-q", "../linked"]);
    fs::remove_dir_all(&main).unwrap();
    let linked = place.root.join("linked");
    assert_eq!(git_workspace_dir(&linked), Some(linked.join(".backlog")));
    let own = place.file("linked/backlog.db");
    assert_eq!(found_from(&linked), own);
}

#[test]
fn a_git_file_of_nonsense_is_no_checkout() {
    let place = Place::new();
    let dir = place.dir("a");
    for nonsense in [
        &b""[..],
        b"gitdir:",
        b"\xff\xfe",
        b"gitdir /x",
        &[b'x'; 100_000],
    ] {
        fs::write(dir.join(".git"), nonsense).unwrap();
        assert_eq!(git_workspace_dir(&dir), None, "{nonsense:?}");
    }
    // What names a repository that is not there: a top, but nobody's worktree.
    fs::write(dir.join(".git"), "gitdir: /no\0where\n").unwrap();
    assert_eq!(git_workspace_dir(&dir), Some(dir.join(".backlog")));
}

toasty_dsl::toasty! {
    pub model Post {
        id: u64 [key, auto],
        tags: Vec<String>,
    }
}

fn main() {
    let _ = Post::filter(|post| post.tags.eq("rust"));
}

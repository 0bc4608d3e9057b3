#!/usr/bin/env node
require('../dist/daemon.cjs');

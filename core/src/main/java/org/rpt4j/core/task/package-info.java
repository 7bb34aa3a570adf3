/**
 * For application developers: from tokenized documents to prediction tasks. A proxy model scores every position, the
 * hard ones are kept, and a sampler supplies them in batches.
 */
@NullMarked
package org.rpt4j.core.task;

import org.jspecify.annotations.NullMarked;

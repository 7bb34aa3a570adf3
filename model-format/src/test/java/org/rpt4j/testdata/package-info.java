/**
 * For the tests of every module: the optional data that is too large for the repository. Its own package, because a
 * named module cannot see the test classes of another one in a package that both have.
 */
package org.rpt4j.testdata;

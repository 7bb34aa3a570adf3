/**
 * For the tests of every module: the optional data that is too large for the repository. A package of its own, because
 * a named module cannot see test classes of another module in a package that both have.
 */
package org.rpt4j.testdata;

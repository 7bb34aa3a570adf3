package org.rpt4j.backend.djl;

import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs a main class as a plugin: in a class loader of its own, on a thread whose context class loader sees neither the
 * plugin nor its libraries. Uses the JDK alone, since its class path holds nothing else.
 */
public final class PluginHost {

    private PluginHost() {}

    /**
     * Runs the main class.
     *
     * @param arguments the plugin's class path, its main class, {@code null} or {@code host} for the context class
     *     loader, and the arguments of the main class
     */
    public static void main(String[] arguments) throws Exception {
        List<URL> path = new ArrayList<>();
        for (String entry : arguments[0].split(File.pathSeparator)) {
            path.add(new File(entry).toURI().toURL());
        }
        try (URLClassLoader plugin =
                new URLClassLoader(path.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            ClassLoader context = arguments[2].equals("null") ? null : PluginHost.class.getClassLoader();
            Thread.currentThread().setContextClassLoader(context);
            String[] rest = List.of(arguments).subList(3, arguments.length).toArray(String[]::new);
            plugin.loadClass(arguments[1]).getMethod("main", String[].class).invoke(null, (Object) rest);
            if (Thread.currentThread().getContextClassLoader() != context) {
                throw new IllegalStateException("the context class loader was changed");
            }
        }
    }
}

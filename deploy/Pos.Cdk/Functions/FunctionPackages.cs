using System.Diagnostics;

namespace Pos.Cdk.Functions;

/// <summary>
/// Folders of the packages to deploy. A function's folder has a self-contained service and the <c>bootstrap</c> that
/// Lambda's custom runtime starts. The web app's folder, which becomes an image, has a <c>Dockerfile</c> instead; null
/// to deploy no web app.
/// </summary>
internal sealed record FunctionPackages(string Ingest, string Processor, string Lookup, string? WebApp)
{
    /// <summary>Runtime of Lambda functions on Graviton.</summary>
    public const string LambdaRuntime = "linux-arm64";

    /// <summary>Runtime of the web app's image: that of most machines that build images.</summary>
    public const string ImageRuntime = "linux-x64";

    /// <summary>
    /// Finds existing packages: the folders <c>ingest</c>, <c>processor</c>, <c>lookup</c> and optionally <c>ui</c>.
    /// </summary>
    /// <exception cref="DirectoryNotFoundException">A package is missing.</exception>
    public static FunctionPackages In(string folder, bool withWebApp)
    {
        return new(
            Find("ingest"),
            Find("processor"),
            Find("lookup"),
            withWebApp ? AddDockerfile(Find("ui", "Pos.Ui")) : null
        );

        string Find(string service, string start = "bootstrap")
        {
            var package = Path.GetFullPath(Path.Combine(folder, service));
            return File.Exists(Path.Combine(package, start))
                ? package
                : throw new DirectoryNotFoundException($"There is no {start} in {package}.");
        }
    }

    /// <summary>Publishes the services for Lambda, and the web app.</summary>
    /// <exception cref="InvalidOperationException">
    /// A service cannot be published. The message contains the compiler's output.
    /// </exception>
    public static FunctionPackages Publish(bool withWebApp) =>
        new(
            Publish("Ingest", LambdaRuntime),
            Publish("Processor", LambdaRuntime),
            Publish("Lookup", LambdaRuntime),
            withWebApp ? AddDockerfile(Publish("Ui", ImageRuntime)) : null
        );

    private static string AddDockerfile(string package)
    {
        File.Copy(
            Path.Combine(AppContext.BaseDirectory, "WebApp", "Dockerfile"),
            Path.Combine(package, "Dockerfile"),
            overwrite: true
        );
        return package;
    }

    /// <summary>
    /// Publishes a service into <c>deploy/Pos.Cdk/obj/functions/RUNTIME</c>, if a source changed since the last time.
    /// </summary>
    /// <param name="service">Name of the service, such as <c>Ingest</c>.</param>
    /// <param name="runtime">Runtime identifier of the package.</param>
    /// <returns>The package's folder.</returns>
    /// <exception cref="InvalidOperationException">
    /// The service cannot be published. The message contains the compiler's output.
    /// </exception>
    public static string Publish(string service, string runtime)
    {
        var solution = FindSolution();
        var folder = Path.Combine(solution, "deploy", "Pos.Cdk", "obj", "functions", runtime);
        var package = Path.Combine(folder, service.ToLowerInvariant());
        var stamp = package + ".sources";
        var sources = SourceFingerprint.Compute(solution);
        if (File.Exists(stamp) && File.ReadAllText(stamp) == sources)
            return package;

        Directory.CreateDirectory(folder);
        File.Delete(stamp);
        if (Directory.Exists(package))
            Directory.Delete(package, recursive: true);
        RunPublish(Path.Combine(solution, $"Pos.{service}"), package, Path.Combine(folder, "artifacts"), runtime);
        WriteBootstrap(package, $"Pos.{service}");
        File.WriteAllText(stamp, sources);
        return package;
    }

    private static void RunPublish(string project, string package, string artifacts, string runtime)
    {
        var start = new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [
                "publish",
                project,
                "--configuration",
                "Release",
                "--runtime",
                runtime,
                "--self-contained",
                "--output",
                package,
                // Separate from normal builds, which have no runtime and may be running.
                "--artifacts-path",
                artifacts,
                "--nologo",
                "--verbosity",
                "quiet",
                "-nodeReuse:false",
                "-p:PublishReadyToRun=true",
                "-p:DebugType=none",
                "-p:GenerateDocumentationFile=false",
                "-p:RunAnalyzers=false",
            ]
        )
        {
            RedirectStandardOutput = true,
        };
        // Variables of a surrounding 'dotnet run' or 'dotnet test' belong to another build.
        foreach (
            var name in start
                .Environment.Keys.Where(name => name.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase))
                .ToArray()
        )
            start.Environment.Remove(name);
        using var publish = Process.Start(start)!;
        var compilerOutput = publish.StandardOutput.ReadToEnd();
        publish.WaitForExit();
        if (publish.ExitCode != 0)
            throw new InvalidOperationException(
                $"{Path.GetFileName(project)} cannot be published for {runtime}:\n{compilerOutput}"
            );
    }

    /// <summary>Writes the script that Lambda starts. It uses the port variable of the web adapter.</summary>
    private static void WriteBootstrap(string package, string executable)
    {
        var bootstrap = Path.Combine(package, "bootstrap");
        File.WriteAllText(
            bootstrap,
            $"""
            #!/bin/sh
            cd "$(dirname "$0")"
            export ASPNETCORE_URLS="http://127.0.0.1:$PORT"
            exec ./{executable}

            """.ReplaceLineEndings("\n")
        );
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(bootstrap, (UnixFileMode)0b111_101_101);
    }

    private static string FindSolution()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Pos.sln")))
                return folder.FullName;
        }
        throw new DirectoryNotFoundException(
            $"No Pos.sln above {AppContext.BaseDirectory}, so the services cannot be published. Use --functions."
        );
    }
}

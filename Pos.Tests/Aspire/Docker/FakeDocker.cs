using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Pos.Tests.Aspire.Docker;

/// <summary>
/// A folder with a program <c>docker</c> that knows no containers: it notes what it is told, and starts a process for
/// each (docker.mjs).
/// </summary>
internal sealed class FakeDocker : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pos docker ").FullName;

    public FakeDocker()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "containers"));
        var script = Path.Combine(Repository.Folder, "Pos.Tests", "Aspire", "Docker", "docker.mjs");
        File.WriteAllText(Program, $"#!/bin/sh\nexec node '{script}' '{_folder}' \"$@\"\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public string Folder => _folder;

    public string Program => Path.Combine(_folder, "docker");

    /// <summary>As the substitute for Aspire is told which program to use.</summary>
    public string Setting => $"--ASPIRE_CONTAINER_RUNTIME={Program}";

    /// <summary>The containers that there are, running or not.</summary>
    public IReadOnlyList<string> Containers =>
        [.. Directory.GetDirectories(Path.Combine(_folder, "containers")).Select(folder => Path.GetFileName(folder)!)];

    /// <summary>The commands so far, each with its arguments.</summary>
    public IReadOnlyList<string[]> Calls
    {
        get
        {
            var calls = Path.Combine(_folder, "calls.jsonl");
            return File.Exists(calls)
                ? [.. File.ReadAllLines(calls).Select(line => JsonSerializer.Deserialize<string[]>(line)!)]
                : [];
        }
    }

    /// <summary>From now on the engine does not answer.</summary>
    public void Down() => File.WriteAllText(Path.Combine(_folder, "down"), "");

    public Task<string> RunAsync(params string[] arguments) =>
        Tool.RunAsync(new ProcessStartInfo(Program, arguments), CancellationToken.None);

    public void Dispose()
    {
        foreach (var container in Containers)
        {
            if (File.Exists(Path.Combine(_folder, "containers", container, "pid")))
                Processes.Kill(
                    int.Parse(
                        File.ReadAllText(Path.Combine(_folder, "containers", container, "pid")),
                        CultureInfo.InvariantCulture
                    ),
                    "KILL"
                );
        }
        Directory.Delete(_folder, recursive: true);
    }
}

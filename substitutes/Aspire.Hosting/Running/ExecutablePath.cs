using System.Runtime.InteropServices;

namespace Aspire.Hosting;

/// <summary>Finds programs as a shell does.</summary>
internal static class ExecutablePath
{
    /// <summary>The program's full path; null if there is none.</summary>
    public static string? Find(string command, string workingDirectory)
    {
        if (
            command.Contains('/', StringComparison.Ordinal)
            || command.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal)
        )
            return Candidates(Path.GetFullPath(command, workingDirectory)).FirstOrDefault(File.Exists);

        return (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(folder => Candidates(Path.Combine(folder, command)))
            .FirstOrDefault(File.Exists);
    }

    /// <summary>The dotnet that runs this process, also when this process is a native apphost.</summary>
    public static string Dotnet()
    {
        var program = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        string?[] candidates =
        [
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH"),
            Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", program)),
        ];
        return candidates.FirstOrDefault(File.Exists) ?? Find("dotnet", Environment.CurrentDirectory) ?? program;
    }

    private static IEnumerable<string> Candidates(string path)
    {
        yield return path;
        if (OperatingSystem.IsWindows())
        {
            foreach (var extension in new[] { ".exe", ".cmd", ".bat" })
                yield return path + extension;
        }
    }
}

using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace Pos.AppHost.Hosting;

/// <summary>
/// Starts the program that was built with the AppHost. Aspire runs a project by <c>dotnet run</c> otherwise, which
/// costs a second process of 140 MB, one to two seconds, and hides the program from signals.
/// </summary>
internal static class BuiltProgram
{
    private const string RuntimeConfig = ".runtimeconfig.json";

    /// <summary>
    /// Runs the built program instead of <c>dotnet run</c>. Keeps <c>dotnet run</c> if the program is not where a
    /// build puts it by default, under <c>dotnet watch</c>, and in a manifest.
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithBuiltProgram(this IResourceBuilder<ProjectResource> project)
    {
        var builder = project.ApplicationBuilder;
        if (builder.ExecutionContext.IsPublishMode || builder.Configuration.GetValue("DOTNET_WATCH", false))
            return project;
        var file = project.Resource.GetProjectMetadata().ProjectPath;
        return Find(file) is { } program
            ? project.WithAnnotation(
                new ExecutableAnnotation { Command = program, WorkingDirectory = Path.GetDirectoryName(file)! }
            )
            : project;
    }

    /// <summary>Returns the program of a project, built in the AppHost's configuration; null if there is none.</summary>
    public static string? Find(string projectFile)
    {
        var assembly = typeof(BuiltProgram).Assembly;
        var configuration = assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()?.Configuration ?? "Debug";
        var folder = Path.Combine(
            Path.GetDirectoryName(projectFile)!,
            "bin",
            configuration,
            $"net{Environment.Version.Major}.0"
        );
        if (!Directory.Exists(folder))
            return null;
        // A project may name its program otherwise than itself, as Pos.Cli does.
        string[] names = [Path.GetFileNameWithoutExtension(projectFile), .. ProgramsIn(folder)];
        return names
            .Select(name => Path.Combine(folder, name + (OperatingSystem.IsWindows() ? ".exe" : "")))
            .FirstOrDefault(File.Exists);
    }

    private static IEnumerable<string> ProgramsIn(string folder) =>
        Directory
            .EnumerateFiles(folder, "*" + RuntimeConfig)
            .Select(file => Path.GetFileName(file)[..^RuntimeConfig.Length]);
}

using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace Pos.AppHost.Hosting;

/// <summary>
/// Starts programs that were built with the AppHost. By default, Aspire runs a project with <c>dotnet run</c>, which
/// takes a second process of 140 MB and one to two seconds, and does not pass on signals.
/// </summary>
internal static class BuiltProgram
{
    private const string RuntimeConfig = ".runtimeconfig.json";

    /// <summary>
    /// Runs the built program instead of <c>dotnet run</c>. Keeps <c>dotnet run</c> if the program is not in the
    /// default output folder, under <c>dotnet watch</c>, and in a manifest.
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

    /// <summary>
    /// Returns the program of a project, built in the AppHost's configuration; null if there is none.
    /// </summary>
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
        // A program's name may differ from its project's, as for Pos.Cli.
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

using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace Pos.AppHost.Hosting;

/// <summary>
/// Starts the program that was built with the AppHost. Aspire runs a project by <c>dotnet run</c> otherwise, which
/// costs a second process of 140 MB, one to two seconds, and hides the program from signals.
/// </summary>
internal static class BuiltProgram
{
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
        var program = Path.Combine(
            Path.GetDirectoryName(projectFile)!,
            "bin",
            configuration,
            $"net{Environment.Version.Major}.0",
            Path.GetFileNameWithoutExtension(projectFile) + (OperatingSystem.IsWindows() ? ".exe" : "")
        );
        return File.Exists(program) ? program : null;
    }
}

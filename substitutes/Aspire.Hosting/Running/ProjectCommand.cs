using System.Reflection;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>
/// How a project is started. One that was built with the AppHost is started from its output, as <c>dotnet run</c> would
/// cost seconds for asking MSBuild again; where that output is, the AppHost's assembly knows (AppHost.targets).
/// </summary>
internal static class ProjectCommand
{
    private const string OutputPrefix = "ProjectOutput:";

    public static ChildCommand Describe(
        ProjectResource project,
        IReadOnlyList<string> arguments,
        IReadOnlyDictionary<string, string> environment
    )
    {
        var metadata = project.Annotations.OfType<IProjectMetadata>().Last();
        var folder = Path.GetDirectoryName(metadata.ProjectPath)!;
        var dotnet = ExecutablePath.Dotnet();
        if (Output(metadata) is not { } output)
        {
            string[] run = ["run", "--project", metadata.ProjectPath, "--no-launch-profile", "--", .. arguments];
            return new ChildCommand(dotnet, run, folder, environment);
        }

        return File.Exists(output)
            ? new ChildCommand(dotnet, ["exec", output, .. arguments], folder, environment)
            : throw new DistributedApplicationException($"'{output}' does not exist. Build '{metadata.ProjectPath}'.");
    }

    private static string? Output(IProjectMetadata metadata) =>
        metadata
            .GetType()
            .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .FirstOrDefault(a =>
                string.Equals(a.Key, OutputPrefix + metadata.ProjectPath, StringComparison.OrdinalIgnoreCase)
            )
            ?.Value;
}

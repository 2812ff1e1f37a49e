namespace Aspire.Hosting.ApplicationModel
{
    /// <summary>A .NET project of this solution.</summary>
    public class ProjectResource(string name)
        : Resource(name),
            IResourceWithEnvironment,
            IResourceWithArgs,
            IResourceWithServiceDiscovery,
            IResourceWithWaitSupport;

    /// <summary>A program on this machine.</summary>
    public class ExecutableResource
        : Resource,
            IResourceWithEnvironment,
            IResourceWithArgs,
            IResourceWithEndpoints,
            IResourceWithWaitSupport
    {
        /// <param name="name">The resource's name.</param>
        /// <param name="command">A path, or a name on the <c>PATH</c>.</param>
        /// <param name="workingDirectory">The folder that it runs in.</param>
        public ExecutableResource(string name, string command, string workingDirectory)
            : base(name)
        {
            ArgumentException.ThrowIfNullOrEmpty(command);
            ArgumentNullException.ThrowIfNull(workingDirectory);
            Annotations.Add(new ExecutableAnnotation { Command = command, WorkingDirectory = workingDirectory });
        }

        /// <summary>A path, or a name on the <c>PATH</c>.</summary>
        public string Command => Annotations.OfType<ExecutableAnnotation>().Last().Command;

        /// <summary>The folder that it runs in.</summary>
        public string WorkingDirectory => Annotations.OfType<ExecutableAnnotation>().Last().WorkingDirectory;
    }

    /// <summary>What an executable resource runs.</summary>
    public sealed class ExecutableAnnotation : IResourceAnnotation
    {
        /// <summary>A path, or a name on the <c>PATH</c>.</summary>
        public required string Command { get; set; }

        /// <summary>The folder that it runs in.</summary>
        public required string WorkingDirectory { get; set; }
    }
}

namespace Aspire.Hosting
{
    using Aspire.Hosting.ApplicationModel;

    /// <summary>A resource that others find by <c>services__name__…</c>.</summary>
    public interface IResourceWithServiceDiscovery : IResourceWithEndpoints;

    /// <summary>Where a project is; implemented by the classes generated in namespace <c>Projects</c>.</summary>
    public interface IProjectMetadata : IResourceAnnotation
    {
        /// <summary>Full path of the project file.</summary>
        string ProjectPath { get; }

        /// <summary>Whether the project is built together with the AppHost.</summary>
        bool SuppressBuild => false;
    }

    internal sealed record ProjectPathMetadata(string ProjectPath) : IProjectMetadata;
}

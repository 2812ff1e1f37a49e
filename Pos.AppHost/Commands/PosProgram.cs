using Pos.AppHost.Hosting;

namespace Pos.AppHost.Commands;

#pragma warning disable ASPIREPROCESSCOMMAND001 // Experimental: commands that run a process.
/// <summary>Runs the <c>pos</c> command that was built with the AppHost.</summary>
internal static class PosProgram
{
    public static ProcessCommandSpec Run(IReadOnlyList<string> arguments)
    {
        var project = new Projects.Pos_Cli().ProjectPath;
        return BuiltProgram.Find(project) is { } program
            ? new ProcessCommandSpec(program) { Arguments = arguments }
            : new ProcessCommandSpec("dotnet") { Arguments = ["run", "--project", project, "--", .. arguments] };
    }
}
#pragma warning restore ASPIREPROCESSCOMMAND001

using System.Reflection;

namespace Pos.AppHost;

/// <summary>The AppHost cannot start as it is configured. The message says what to change.</summary>
internal class StartRefusedException(string message) : Exception(message);

internal static class StartRefusal
{
    /// <summary>
    /// Prints the message of a refused start and ends the process, without a stack trace. In a test, which runs in
    /// another process, the exception goes on.
    /// </summary>
    public static T Print<T>(Func<T> start)
    {
        try
        {
            return start();
        }
        catch (StartRefusedException refused) when (Assembly.GetEntryAssembly() == typeof(StartRefusal).Assembly)
        {
            Console.Error.WriteLine(refused.Message);
            Environment.Exit(1);
            throw;
        }
    }
}

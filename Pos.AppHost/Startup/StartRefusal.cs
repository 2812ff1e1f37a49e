using System.Reflection;

namespace Pos.AppHost;

/// <summary>The AppHost cannot start with its configuration. The message says what to change.</summary>
internal class StartRefusedException(string message) : Exception(message);

internal static class StartRefusal
{
    /// <summary>
    /// Prints the message of a refused start without a stack trace, and ends the process. In another process, such as a
    /// test, the exception propagates.
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

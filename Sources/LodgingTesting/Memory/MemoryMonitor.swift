public import LodgingPipeline
import Synchronization

/// A monitor that keeps every alarm for tests to look at.
public final class MemoryMonitor: PipelineMonitor {
  private let heard = Mutex<[PipelineAlarm]>([])

  /// A monitor that has heard nothing.
  public init() {}

  /// Every alarm since the last ``clear()``, in order.
  public var alarms: [PipelineAlarm] { heard.withLock { $0 } }

  /// Keeps an alarm.
  public func alarm(_ alarm: PipelineAlarm) { heard.withLock { $0.append(alarm) } }

  /// Forgets what was heard.
  public func clear() { heard.withLock { $0 = [] } }
}
